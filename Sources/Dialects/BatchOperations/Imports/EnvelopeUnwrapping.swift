import BulkModel
import Formats

/// A JSON object with an array of records and `options` (spec 001, "JSON Bulk Import"), in either order.
struct EnvelopeUnwrapping: ImportUnwrapping {
    private var envelope: JSONEnvelope

    private static let options = "options"

    /// The array is named after the table, or `records`.
    init(table: String, limits: Limits) {
        // A table of the name `options` has its records under `records` alone.
        let names = table == Self.options || table == "records" ? ["records"] : [table, "records"]
        envelope = JSONEnvelope(
            names: JSONEnvelope.Names(records: names, others: [Self.options]), limits: limits)
    }

    mutating func take(_ bytes: [UInt8]) { envelope.take(bytes) }

    mutating func next() throws(Refusal) -> ImportStep? {
        do throws(FormatError) {
            switch try envelope.next() {
            case .recordsBegin: return .records(RecordsPart(format: .json))
            case .bytes(let bytes): return .bytes(bytes)
            case .recordsEnd: return .recordsEnd
            case .member(let member): return .options(member.value)
            case .end: return .end
            case nil: return nil
            }
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    func finish() throws(Refusal) {
        do throws(FormatError) {
            try envelope.finish()
        } catch {
            throw Refusal(ofBody: error)
        }
    }
}
