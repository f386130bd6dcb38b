package import BulkModel

package struct RecordSplitter: Sendable {
    package struct Output: Sendable { package var segments: [Segment] = [] }
    package private(set) var recordCount = 0
    package private(set) var byteCount = 0
    /// Known once the header line is complete (JSON, NDJSON: from the start, with no columns).
    package private(set) var shape: InputShape?
    package init(format: ContentFormat, delimiter: UInt8?, limits: Limits, segmentRecordsMax: Int) {}
    package mutating func feed(_ bytes: [UInt8], into segments: inout [Segment]) throws(FormatError) {}
    package mutating func finish(into segments: inout [Segment]) throws(FormatError) {}
}

package struct RecordDecoder: Sendable {
    package init(shape: InputShape, limits: Limits) {}
    package func decode(_ bytes: consuming [UInt8], from origin: Position) -> RecordBatch { 
        RecordBatch(bytes: bytes, columns: [], fields: [], places: [], faults: [], origin: origin) }
}

package struct Inflater: ~Copyable {
    package init(limits: Limits) {}
    package mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) throws(FormatError) {}
    package mutating func finish() throws(FormatError) {}
}

package struct Deflater: ~Copyable {
    package init() {}
    package mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) {}
    package mutating func finish(into output: inout [UInt8]) {}
}

package enum Checksum {
    package static func crc32(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 { 0 }
}

package struct CSVWriter: Sendable {
    package init(delimiter: UInt8 = UInt8(ascii: ",")) {}
    package var bytes: [UInt8] = []
    /// A cell; begins with the delimiter unless first in its line.
    package mutating func cell(_ text: String) {}
    package mutating func cell(_ text: UnsafeRawBufferPointer, quoted: Bool = false) {}
    package mutating func cell(_ number: Int64) {}
    package mutating func emptyCell() {}
    package mutating func endLine() {}
}

package struct JSONWriter: Sendable {
    package init() {}
    package var bytes: [UInt8] = []
    package mutating func string(_ text: String) {}
    package mutating func string(_ text: UnsafeRawBufferPointer) {}
    package mutating func number(_ number: Int64) {}
    package mutating func number(_ number: Double) {}
    package mutating func literal(_ raw: StaticString) {}
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) {}
    package mutating func value(_ value: JSONValue) {}
}

package enum JSONParser {
    package static func parse(_ bytes: [UInt8], limits: Limits) throws(FormatError) -> JSONValue { .null }
}
