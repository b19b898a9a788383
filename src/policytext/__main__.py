"""What does ``python -m policytext`` do?"""

from policytext.cli import main

if __name__ == "__main__":
    main()
