// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IDiamondCut
/// @notice How the functions of a diamond change (ERC-2535).
interface IDiamondCut {
    /// @notice What a cut does with its selectors.
    /// @custom:value0 Add They were served by nobody.
    /// @custom:value1 Replace They were served by another facet.
    /// @custom:value2 Remove They are served by nobody any more.
    enum FacetCutAction {
        Add,
        Replace,
        Remove
    }

    /// @notice One change: the selectors that a facet serves from now on. To remove, the facet is zero.
    struct FacetCut {
        address facetAddress;
        FacetCutAction action;
        bytes4[] functionSelectors;
    }

    /// @notice Emitted when functions changed.
    event DiamondCut(FacetCut[] _diamondCut, address _init, bytes _calldata);

    /// @notice Changes functions, then runs `_calldata` with the code of `_init` (zero: nothing). Owner only.
    function diamondCut(FacetCut[] calldata _diamondCut, address _init, bytes calldata _calldata) external;
}

/// @title IDiamondLoupe
/// @notice What a diamond serves, and where (ERC-2535).
interface IDiamondLoupe {
    /// @notice A facet and the selectors it serves.
    struct Facet {
        address facetAddress;
        bytes4[] functionSelectors;
    }

    /// @notice All facets and what they serve. The diamond itself is one of them.
    function facets() external view returns (Facet[] memory facets_);

    /// @notice What a facet serves.
    function facetFunctionSelectors(address _facet) external view returns (bytes4[] memory facetFunctionSelectors_);

    /// @notice All facets.
    function facetAddresses() external view returns (address[] memory facetAddresses_);

    /// @notice Who serves a selector, or zero.
    function facetAddress(bytes4 _functionSelector) external view returns (address facetAddress_);
}
