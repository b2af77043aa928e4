/** JSON as people read it: tables, times, colours; and text of devices made safe for a terminal. */
@NullMarked
package com.iottly.cli.show;

import org.jspecify.annotations.NullMarked;
