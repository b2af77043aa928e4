package com.iottly.platform.admin;

import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.Users;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.fleet.Fleet;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * What the commands work on. In a server these are the objects everything else there uses.
 *
 * @param connected whether a device is connected now; must answer at once
 * @param clock from which a key's life is counted
 */
public record AdminRooms(
    Fleet fleet,
    ApiKeys keys,
    DeviceTokens tokens,
    Users users,
    SignInLinks links,
    Predicate<DeviceId> connected,
    InstantSource clock) {}
