/** placeholder */
@NullMarked
package com.iottly.agent.remote.tunnel;

import org.jspecify.annotations.NullMarked;
