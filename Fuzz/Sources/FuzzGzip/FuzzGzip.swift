import BulkModel
import Formats
import FuzzDriver

@main
enum FuzzGzip {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Any bytes end in output within the limits or in an error.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var limits = Limits()
    limits.uploadBytesMax = 1 << 20
    var inflater = Inflater(limits: limits)
    inflater.take(Array(UnsafeBufferPointer(start: start, count: count)))
    var output: [UInt8] = []
    do {
        while try inflater.next(into: &output) { precondition(output.count <= Inflater.outputBytesMax) }
        try inflater.finish()
    } catch {
        precondition(!error.message.isEmpty)
    }
    return 0
}
