"""What do reports speak of, how does that change, and how do regions differ?"""
