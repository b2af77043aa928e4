/** placeholder */
@NullMarked
package com.iottly.agent.remote.shell;

import org.jspecify.annotations.NullMarked;
