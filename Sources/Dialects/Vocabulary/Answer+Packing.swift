import Formats

extension Answer {
    /// Smaller bodies do not get worth the while by packing.
    private static let packedBytesMin = 1 << 10

    /// The answer as a client with this `Accept-Encoding` takes it: a body that is there whole and over 1 KiB is packed with
    /// gzip, unless the dialect has chosen its coding itself.
    package func packed(acceptEncoding: String?) -> Answer {
        guard case .bytes(let bytes) = body, bytes.count > Self.packedBytesMin,
            !headers.contains(where: { $0.name.lowercased() == "content-encoding" })
        else { return self }
        var answer = self
        // Whoever keeps the answer is told so whichever it got (RFC 9110, 12.5.5).
        answer.headers.append(Header("Vary", "Accept-Encoding"))
        guard Negotiation.takesGzip(acceptEncoding: acceptEncoding) else { return answer }
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(bytes, into: &packed)
        deflater.finish(into: &packed)
        answer.headers.append(Header("Content-Encoding", "gzip"))
        answer.body = .bytes(packed)
        return answer
    }
}
