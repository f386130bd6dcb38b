import Crypto
import Hummingbird
import JWTKit
import Logging
enum HTTPFrontPlaceholder { }
