/** placeholder */
@NullMarked
package com.iottly.agent.remote.logs;

import org.jspecify.annotations.NullMarked;
