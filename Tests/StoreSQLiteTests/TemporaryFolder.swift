import Foundation

/// A new folder, deleted when this goes.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "breakbulk-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    // What stays behind lies in the system's temporary folder and harms nobody.
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
