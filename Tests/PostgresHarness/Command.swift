#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One run of a program; input and output go through files without names, so that neither side can stall.
struct Command {
    /// The program's path or name, and what it is told.
    var arguments: [String]
    var input = ""

    struct Output {
        var status: Int32
        var text: String
        var errors: String
    }

    /// Runs it to its end; blocks.
    func run() throws -> Output {
        let files = try [
            Self.namelessFile(holding: input), Self.namelessFile(holding: ""),
            Self.namelessFile(holding: ""),
        ]
        defer { for file in files { close(file) } }
        var actions = SpawnActions()
        defer { actions.destroy() }
        actions.connect(files[0], to: STDIN_FILENO)
        actions.connect(files[1], to: STDOUT_FILENO)
        actions.connect(files[2], to: STDERR_FILENO)
        let process = try actions.spawn(arguments)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        // Exit status in the second byte, a signal's number in the first ("wait(2)").
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        return Output(
            status: code, text: try Self.contents(of: files[1]), errors: try Self.contents(of: files[2]))
    }

    /// Runs it and throws what it said unless it ended well; blocks.
    @discardableResult
    func check() throws -> String {
        let output = try run()
        guard output.status == 0 else {
            throw HarnessFailure(message: "\(arguments.joined(separator: " ")): \(output.errors)")
        }
        return output.text
    }

    private static func namelessFile(holding text: String) throws -> Int32 {
        var path = Array("/tmp/breakbulk-command-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw HarnessFailure(message: "mkstemp: errno \(errno)") }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(path)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw HarnessFailure(message: "write: errno \(errno)") }
            bytes.removeFirst(count)
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private static func contents(of file: Int32) throws -> String {
        lseek(file, 0, SEEK_SET)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(file, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}
