/** How busy each project is over time: connected devices, messages, what was lost. */
@NullMarked
package com.iottly.platform.activity;

import org.jspecify.annotations.NullMarked;
