#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output and standard error: whole writes, no buffering of our own.
enum Console {
    /// A line of the command's result, on standard output.
    static func line(_ text: String) { put(Array("\(text)\n".utf8)) }

    /// A line for people, on standard error.
    static func note(_ text: String) { write(Array("\(text)\n".utf8), to: STDERR_FILENO) }

    /// Text without a line end, on standard error: the moving progress line.
    static func draw(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    /// Bytes of the command's result, on standard output; a reader that went away ends the program quietly.
    static func put(_ bytes: [UInt8]) {
        guard write(bytes, to: STDOUT_FILENO) else { exit(CommandExit.success.rawValue) }
    }

    /// True when progress can be drawn: standard error is a terminal.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal, 80 when unknown.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    @discardableResult
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                #else
                    Darwin.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
