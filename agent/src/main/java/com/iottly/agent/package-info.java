/** The service on the device. */
@NullMarked
package com.iottly.agent;

import org.jspecify.annotations.NullMarked;
