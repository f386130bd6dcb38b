/// How the program ends, for scripts; printed in the help of every command that can end so.
enum CommandExit: Int32, Sendable {
    case success = 0
    /// The work was done, but some records failed, or `doctor` found something.
    case someFailed = 1
    /// The command line is not understood, or a file named on it cannot be read.
    case usage = 2
    /// The server or database could not be reached, or it refused.
    case refused = 3
    /// The job failed or was aborted.
    case jobFailed = 4
    /// `--timeout` ran out while the job goes on.
    case stillRunning = 5

    static let help = """
        Exit codes: 0 all good, 1 some records failed, 2 usage, 3 could not connect or was refused, \
        4 the job failed or was aborted, 5 --timeout ran out while the job goes on.
        """
}
