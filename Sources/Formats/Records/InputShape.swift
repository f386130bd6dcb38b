package import BulkModel

/// How the bytes of one input are to be read; worked out once an input.
package struct InputShape: Hashable, Sendable {
    package var format: ContentFormat
    /// CSV only: the delimiter in force.
    package var delimiter: UInt8
    /// CSV only: lone CRs end lines (only when the header line ends so).
    package var endsLinesWithCR: Bool
    /// CSV: the header's names in file order. JSON and NDJSON: the columns to pick keys into.
    package var columns: [String]

    package init(format: ContentFormat, delimiter: UInt8, endsLinesWithCR: Bool, columns: [String]) {
        self.format = format
        self.delimiter = delimiter
        self.endsLinesWithCR = endsLinesWithCR
        self.columns = columns
    }
}
