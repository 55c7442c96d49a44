// The scoreboard's chart: points over exercise time, six teams at most, told apart by dash and label as well as colour.
export {};
