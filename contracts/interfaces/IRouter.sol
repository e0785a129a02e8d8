// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IRouter
/// @notice Errors of routing a call to the facet that serves it, and of changing the routing table.
interface IRouter {
    /// @notice No facet serves this function. A call without data has selector zero.
    /// @custom:fix Check address, network and ABI: the hub does not serve this function.
    error UnknownSelector(bytes4 selector);

    /// @notice A facet serves this function already.
    /// @custom:fix Use the action Replace, or remove the function from `facet` first.
    error SelectorTaken(bytes4 selector, address facet);

    /// @notice This function is pinned: no cut can replace or remove the functions that upgrades need.
    /// @custom:fix Leave this function out of the cut.
    error SelectorIsImmutable(bytes4 selector);

    /// @notice The facet has no code.
    /// @custom:fix Deploy the facet first, and check its address and network.
    error FacetWithoutCode(address facet);

    /// @notice The hub cannot be its own facet: calls would recurse, and the change could not be reverted.
    /// @custom:fix Pass the address of a deployed facet.
    error HubCannotBeFacet();

    /// @notice The facet must be zero where functions are removed.
    /// @custom:fix Pass the zero address as the facet when removing functions.
    error FacetMustBeZero(address facet);

    /// @notice The change lists no selectors.
    /// @custom:fix List at least one selector in each change.
    error NoSelectors(address facet);

    /// @notice The contract to run after the cut has no code.
    /// @custom:fix Pass a deployed contract, or the zero address to run nothing.
    error InitWithoutCode(address init);

    /// @notice The call of `init` after the cut failed without a reason.
    /// @custom:fix Simulate the call of `init` alone to see where it stops.
    error InitFailed(address init);
}
