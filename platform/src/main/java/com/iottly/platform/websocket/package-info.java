/** What every door that takes WebSockets needs (RFC 6455). Knows nobody; no threads. */
@NullMarked
package com.iottly.platform.websocket;

import org.jspecify.annotations.NullMarked;
