/** Which platform to speak to, as whom: the environment, and profiles in a file. */
@NullMarked
package com.iottly.cli.profile;

import org.jspecify.annotations.NullMarked;
