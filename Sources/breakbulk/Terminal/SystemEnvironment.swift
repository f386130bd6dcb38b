import Foundation

/// The variables this program was started with.
enum SystemEnvironment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }
}
