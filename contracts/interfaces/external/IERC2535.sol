// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IDiamondCut
/// @notice Changes of the functions of a diamond (ERC-2535).
interface IDiamondCut {
    /// @notice The action of a cut on its selectors.
    /// @custom:value0 Add Adds selectors that no facet serves.
    /// @custom:value1 Replace Moves selectors to another facet.
    /// @custom:value2 Remove Removes selectors.
    enum FacetCutAction {
        Add,
        Replace,
        Remove
    }

    /// @notice One change: an action, its selectors, and the facet that serves them; zero where they are removed.
    struct FacetCut {
        address facetAddress;
        FacetCutAction action;
        bytes4[] functionSelectors;
    }

    /// @notice Emitted when functions change.
    event DiamondCut(FacetCut[] _diamondCut, address _init, bytes _calldata);

    /// @notice Changes functions, then runs `_calldata` by delegatecall to `_init`; nothing if that is zero. Owner
    /// only.
    function diamondCut(FacetCut[] calldata _diamondCut, address _init, bytes calldata _calldata) external;
}

/// @title IDiamondLoupe
/// @notice The functions of a diamond and their facets (ERC-2535).
interface IDiamondLoupe {
    /// @notice A facet and the selectors it serves.
    struct Facet {
        address facetAddress;
        bytes4[] functionSelectors;
    }

    /// @notice Returns all facets and their selectors.
    function facets() external view returns (Facet[] memory facets_);

    /// @notice Returns the selectors that the facet serves.
    function facetFunctionSelectors(address _facet) external view returns (bytes4[] memory facetFunctionSelectors_);

    /// @notice Returns all facets.
    function facetAddresses() external view returns (address[] memory facetAddresses_);

    /// @notice Returns the facet that serves the selector, or zero.
    function facetAddress(bytes4 _functionSelector) external view returns (address facetAddress_);
}
