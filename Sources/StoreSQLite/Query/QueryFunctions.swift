/// The functions a query may call: those of SQLite that only look at their arguments or the clock.
///
/// A list of what is allowed, so that extensions and future versions bring nothing in. Not there:
/// `load_extension`, `fts3_tokenizer`, file functions, `sqlite_log`, and what tells of the library or other
/// connections.
enum QueryFunctions {
    static let allowed = Set(
        (core + aggregates + windows + dates + maths + json).split(whereSeparator: \.isWhitespace).map(
            String.init))

    private static let core = """
        abs char coalesce format glob hex ifnull iif instr length like likelihood likely lower ltrim max min nullif \
        printf quote random randomblob replace round rtrim sign soundex substr substring trim typeof unicode unhex \
        unlikely upper zeroblob concat concat_ws octet_length if match 
        """
    private static let aggregates =
        "avg count group_concat string_agg sum total median percentile percentile_cont "
    private static let windows = """
        cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number 
        """
    private static let dates = """
        current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch 
        """
    private static let maths = """
        acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow \
        power radians sin sinh sqrt tan tanh trunc 
        """
    private static let json = """
        -> ->> json json_array json_array_length json_error_position json_extract json_group_array json_group_object \
        json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type \
        json_valid 
        """
}
