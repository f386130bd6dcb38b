/// How an upload or result is packed (spec 002, "Compression").
package enum Compression: String, CaseIterable, Sendable {
    case none = "NONE"
    case gzip = "GZIP"
}
