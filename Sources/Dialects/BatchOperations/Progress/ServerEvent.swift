import Formats

/// One event of an event stream (WHATWG HTML, 9.2.6): its bytes, ended by a blank line.
struct ServerEvent {
    var name: String
    var id: String
    var data: JSONValue

    /// JSON has no line ends, so one `data` line holds it all.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.literal("event: ")
        writer.bytes += Array(name.utf8)
        writer.literal("\nid: ")
        writer.bytes += Array(id.utf8)
        writer.literal("\ndata: ")
        writer.value(data)
        writer.literal("\n\n")
        return writer.bytes
    }

    /// How long a reader that was cut off waits before it comes back, in milliseconds; the first line of every stream.
    static let retry = Array("retry: 3000\n\n".utf8)
    /// A line that readers pass over and that keeps proxies from closing a silent connection.
    static let comment = Array(": still there\n\n".utf8)
    static let mediaType = "text/event-stream"
}
