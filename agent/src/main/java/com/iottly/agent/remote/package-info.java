/** placeholder */
@NullMarked
package com.iottly.agent.remote;

import org.jspecify.annotations.NullMarked;
