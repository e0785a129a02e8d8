// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IRouter
/// @notice What can go wrong between a call and the facet that serves it, and in changing that.
interface IRouter {
    /// @notice No facet serves this function. A call without data has selector zero.
    /// @custom:fix Check address, network and ABI: this hub does not have the function.
    error UnknownSelector(bytes4 selector);

    /// @notice A facet serves this function already.
    /// @custom:fix Use the action Replace, or remove the function from `facet` first.
    error SelectorTaken(bytes4 selector, address facet);

    /// @notice This function is pinned, for good: nothing can cut off the way to upgrades.
    /// @custom:fix Leave this function out of the cut.
    error SelectorIsImmutable(bytes4 selector);

    /// @notice A facet must be a contract.
    /// @custom:fix Deploy the facet first, and check its address and network.
    error FacetWithoutCode(address facet);

    /// @notice The diamond cannot be named as a facet: it would hand such a call to itself for ever, and nothing could
    /// undo that.
    /// @custom:fix Name a deployed facet; what is pinned stays as it is.
    error DiamondIsNoFacet();

    /// @notice To remove functions, the facet must be zero.
    /// @custom:fix Pass the zero address as the facet when removing functions.
    error FacetMustBeZero(address facet);

    /// @notice A change must name selectors.
    /// @custom:fix Name at least one selector in each change.
    error NoSelectors(address facet);

    /// @notice What runs after a cut must be a contract.
    /// @custom:fix Pass a deployed contract, or the zero address to run nothing.
    error InitWithoutCode(address init);

    /// @notice What ran after the cut failed without a reason.
    /// @custom:fix Simulate the call of `init` alone to see where it stops.
    error InitFailed(address init);
}
