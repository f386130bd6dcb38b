import BulkModel
import Formats
import FuzzDriver

@main
enum FuzzJSONParser {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// What parses, when written, must parse to the same again.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let value = try JSONParser.parse(input, limits: Limits())
        var writer = JSONWriter()
        writer.value(value)
        let again = try JSONParser.parse(writer.bytes, limits: Limits())
        precondition(again == value)
    } catch {
        precondition(error.position.byte <= count)
    }
    return 0
}
