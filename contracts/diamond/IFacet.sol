// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IFacet
/// @notice A facet says itself which functions it serves (ERC-8153 draft), so that nothing has to list them twice.
interface IFacet {
    /// @notice The selectors of all functions that a diamond should route here, four bytes each.
    function exportSelectors() external pure returns (bytes memory);
}
