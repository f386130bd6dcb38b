/// Truth values as 1 and 0, however they were written; SQLite has none of its own.
enum TruthSQL {
    /// The column's truth; NULL for NULL, and what is none stays as it is.
    static func value(_ name: String) -> String {
        """
        CASE typeof(\(name)) WHEN 'text' THEN CASE WHEN lower(\(name)) IN (\(trueWords)) THEN 1 \
        WHEN lower(\(name)) IN ('false', 'f', 'no', 'n', 'off') THEN 0 ELSE \(name) END \
        WHEN 'blob' THEN \(name) ELSE \(name) <> 0 END
        """
    }

    /// Words for true, in lower case, as a list of texts.
    static let trueWords = "'true', 't', 'yes', 'y', 'on'"
}
