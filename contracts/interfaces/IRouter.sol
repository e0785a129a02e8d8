// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IRouter
/// @notice What can go wrong between a call and the facet that serves it, and in changing that.
interface IRouter {
    /// @notice No facet serves this function. A call without data has selector zero.
    error UnknownSelector(bytes4 selector);

    /// @notice A facet serves this function already.
    error SelectorTaken(bytes4 selector, address facet);

    /// @notice The diamond serves this function itself, for good: nothing can cut off the way to upgrades.
    error SelectorIsImmutable(bytes4 selector);

    /// @notice A facet must be a contract.
    error FacetWithoutCode(address facet);

    /// @notice The diamond cannot be named as a facet: it would hand such a call to itself for ever, and nothing could undo that.
    error DiamondIsNoFacet();

    /// @notice To remove functions, the facet must be zero.
    error FacetMustBeZero(address facet);

    /// @notice A change must name selectors.
    error NoSelectors(address facet);

    /// @notice What runs after a cut must be a contract.
    error InitWithoutCode(address init);

    /// @notice What ran after the cut failed without a reason.
    error InitFailed(address init);
}
