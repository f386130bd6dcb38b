package import BulkModel

/// Turns runs of segments into record batches; one for each job, used for every chunk of it.
///
/// Never fails: what cannot be decoded is a fault of its record, and the records around it survive.
package struct RecordDecoder: Sendable {
    private let shape: InputShape
    private let limits: Limits
    private let keys: JSONKeys

    /// The shape is the splitter's; for JSON and NDJSON with the columns to pick keys into.
    package init(shape: InputShape, limits: Limits) {
        self.shape = shape
        self.limits = limits
        keys = JSONKeys(columns: shape.format == .csv ? [] : shape.columns)
    }

    /// The records in `bytes`, which must be a run of whole segments beginning at `origin`.
    ///
    /// Takes the bytes over and unescapes in place: a caller who needs a record's bytes as they came must
    /// keep a copy (`places` refer to the bytes as given).
    package func decode(_ bytes: consuming [UInt8], from origin: Position) -> RecordBatch {
        var bytes = bytes
        var batch = BatchBuilder(columns: shape.columns, origin: origin, byteCount: bytes.count)
        let format = shape.format
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            switch format {
            case .csv:
                CSVDecoder(base: base, count: buffer.count, shape: shape, limits: limits).decode(into: &batch)
            case .json:
                var rule = JSONArrayBoundary(recordBytesMax: limits.recordBytesMax)
                JSONRecords(base: base, count: buffer.count, limits: limits, keys: keys)
                    .decode(by: &rule, into: &batch)
            case .ndjson:
                var rule = NDJSONBoundary(recordBytesMax: limits.recordBytesMax)
                JSONRecords(base: base, count: buffer.count, limits: limits, keys: keys)
                    .decode(by: &rule, into: &batch)
            }
        }
        return RecordBatch(
            bytes: bytes, columns: shape.columns, fields: batch.fields, places: batch.places,
            faults: batch.faults, origin: origin)
    }
}
