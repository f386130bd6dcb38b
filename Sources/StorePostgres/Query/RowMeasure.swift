/// SQL that refuses rows which are too long before they are on their way: libpq takes a row as a whole, however long.
struct RowMeasure {
    /// Bytes of a row's values; rendered they may be several times as many.
    static let rowBytesMax = 16 << 20
    /// What the refusal says, as text that is no number.
    static let mark = "breakbulk: row too long"

    let columns: [Column]

    struct Column {
        let name: String
        let type: String
        /// Bytes, -1 when they vary.
        let length: Int
        /// Of `varchar(n)`: n and 4; -1 for none.
        let modifier: Int
    }

    init(_ columns: [Column]) { self.columns = columns }

    /// A condition that is true of every row, or fails; nil when no row can be too long.
    ///
    /// Texts and bytes tell their length without being read; other values without a bound are measured by their text.
    var condition: String? {
        let lengths = columns.compactMap { Self.measure($0) }
        guard !lengths.isEmpty else { return nil }
        let sum = "(0::bigint + \(lengths.joined(separator: " + ")))"
        return
            "CASE WHEN \(sum) > \(Self.rowBytesMax) THEN (\(sum) || ' \(Self.mark)')::int = 0 ELSE true END"
    }

    private static func measure(_ column: Column) -> String? {
        guard column.length < 0 else { return nil }
        let name = QuerySQL.identifier(column.name)
        switch column.type {
        case "varchar" where 0...shortCharactersMax ~= column.modifier,
            "bpchar" where 0...shortCharactersMax ~= column.modifier, "numeric", "inet", "cidr":
            return nil
        case "bytea": return "coalesce(octet_length(\(name)), 0)"
        default: return "coalesce(octet_length(\(name)::text), 0)"
        }
    }

    /// As many columns as a table may have (1,600) hold then no more than the limit.
    private static let shortCharactersMax = 2000
}
