import Hummingbird
import NIOCore

/// What Hummingbird hands along with a request: the connection it came in on.
struct FrontContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
