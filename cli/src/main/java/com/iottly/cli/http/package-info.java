/** The platform's HTTP API as this client calls it: credentials, errors, pages. */
@NullMarked
package com.iottly.cli.http;

import org.jspecify.annotations.NullMarked;
