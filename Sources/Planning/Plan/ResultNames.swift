package import BulkModel

/// Names of the columns that results add beside the upload's own.
///
/// A name that the table has as a column, or the job maps, gets one more `_` in front: so no column is lost from a file of
/// results, and such a file can be sent again.
package struct ResultNames: Hashable, Sendable {
    private static let usual = [
        "_record", "_status", "_action", "_id", "_error_code", "_error", "_column", "_retryable",
    ]

    /// Those that every record has, in the order of the results.
    package let all: [String]
    /// A record of objects that could not be read, as it came.
    package let raw: String

    /// The names in the results of this job; `table` is the one that it writes, nil when that is gone.
    package init(_ spec: JobSpec, table: TableDescription?) {
        let columns = table?.columns.map(\.name) ?? []
        let taken = Set((columns + spec.options.mapping.map(\.source)).map(ColumnNames.fold))
        all = Self.usual.map { Self.free($0, besides: taken) }
        raw = Self.free("_raw", besides: taken)
    }

    /// The record's number.
    package var record: String { all[0] }
    /// Why the record failed.
    package var errorCode: String { all[4] }

    private static func free(_ usual: String, besides taken: Set<String>) -> String {
        var name = usual
        while taken.contains(name) { name = "_" + name }
        return name
    }

    /// True when an input of this name is read over: it begins with `_` and is none of the table's columns.
    static func isIgnored(_ name: String, isColumn: Bool) -> Bool { name.hasPrefix("_") && !isColumn }
}
