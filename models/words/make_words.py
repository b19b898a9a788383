"""Which words are common in Chinese, so that the border of a term can be told from theirs?

    python models/words/make_words.py        writes src/policytext/data/common_words.csv

Words of up to four Han characters that the dictionary of jieba 0.42.1 (MIT licence, Sun Junyi) has
seen at least twenty times, and every single character it has, with their counts.
"""

import re
from pathlib import Path

import jieba

PLACE = Path(__file__).parents[2] / "src/policytext/data/common_words.csv"
LEAST = 20
NO_WORDS = {"中藏"}
"""A foreign name there, and in official text two words: 中 and 藏 of 中藏医药."""


def main() -> None:
    """Write the list."""
    rows = [line.decode().split(" ") for line in jieba.get_dict_file()]
    kept = {
        word: count
        for word, count, _ in rows
        if re.fullmatch("[\u4e00-\u9fff]{1,4}", word) and (len(word) == 1 or int(count) >= LEAST)
    }
    lines = [f"{word},{kept[word]}" for word in sorted(kept.keys() - NO_WORDS)]
    PLACE.write_bytes(("word,count\n" + "\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
