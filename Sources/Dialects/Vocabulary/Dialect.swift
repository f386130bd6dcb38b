/// One API in front of the engine: a table of routes, each from request to answer.
package protocol Dialect: Sendable {
    var routes: [Route] { get }
}
