/// Where one record (or a run of bytes between records) ends, as a boundary rule found out.
struct RecordExtent: Hashable {
    enum Kind {
        /// Blank lines, separators, brackets: no record.
        case blank
        /// A record without a quote in it (CSV), or a record of another format.
        case plain
        /// A CSV record with quotes; they may turn out stray within it.
        case quoted
        /// A CSV line that opens a quote which never closes properly; just that line.
        case unclosed
        /// Text after the `]` that ends a JSON array, up to the end of the input.
        case trailing
        /// Longer than `Limits.recordBytesMax`; `end` is only how far it was read, `skip` finds the rest.
        case tooLarge
    }

    var kind: Kind
    /// End of the record's own bytes, and of its line end or separator.
    var contentEnd: Int
    var end: Int
    /// Line breaks within the extent.
    var lineCount: Int
}
