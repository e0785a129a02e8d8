// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IFacet
/// @notice A facet, which lists the functions that it serves (ERC-8153 draft), so that they are listed only once.
interface IFacet {
    /// @notice Returns the selectors of all functions that the hub should route to this facet, four bytes each.
    function exportSelectors() external pure returns (bytes memory);
}
