#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small text file that only its owner can read.
struct SecretFile {
    let path: String

    private static let bytesMax = 4096

    /// The text without the line end; nil when there is no such file.
    func read() -> String? {
        guard let file = try? ReadableFile(path: path),
            case .success(let bytes) = file.readNow(atMost: Self.bytesMax)
            // A missing or unreadable file is the same as none: a new one is written.
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
        return text.isEmpty ? nil : text
    }

    /// Replaces the file.
    func write(_ text: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(path).failure }
        defer { close(descriptor) }
        let bytes = Array("\(text)\n".utf8)
        let count = bytes.withUnsafeBytes { buffer in
            #if canImport(Glibc)
                Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            #else
                Darwin.write(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
        guard count == bytes.count else { throw FileFault(path).failure }
    }
}
