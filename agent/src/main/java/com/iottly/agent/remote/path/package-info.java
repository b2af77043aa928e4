/** placeholder */
@NullMarked
package com.iottly.agent.remote.path;

import org.jspecify.annotations.NullMarked;
