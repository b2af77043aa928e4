/** placeholder */
@NullMarked
package com.iottly.agent.remote.files;

import org.jspecify.annotations.NullMarked;
