/// Finds the table that a query is about, for the job's `object` when the user named none.
///
/// A convenience only: what the query may read is decided by the server, on the compiled statement.
enum QueryTable {
    /// The name after the first FROM that is followed by one; nil when there is none to be seen.
    static func guess(_ sql: String) -> String? {
        let words = sql.split { $0.isWhitespace || $0 == "(" || $0 == ")" || $0 == "," || $0 == ";" }
        for (word, next) in zip(words, words.dropFirst())
        where word.lowercased() == "from" && next.lowercased() != "select" {
            let name = next.filter { !"\"`[]".contains($0) }
            if !name.isEmpty { return name }
        }
        return nil
    }
}
