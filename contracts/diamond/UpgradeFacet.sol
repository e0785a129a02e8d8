// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {IFacet} from "./IFacet.sol";
import {Router, router} from "./Router.sol";
import {ownership} from "../core/Ownership.sol";
import {IDiamondCut, IDiamondLoupe} from "../interfaces/external/IERC2535.sol";
import {IOwnership} from "../interfaces/IOwnership.sol";
import {IRouter} from "../interfaces/IRouter.sol";

/// @title UpgradeFacet
/// @notice The functions that upgrades need: ownership, cut, loupe.
/// @dev The hub creates this facet itself and pins it, so that no cut can remove the functions that upgrades need. They
/// are not in the hub's own code, because then every call would be compared with their selectors first, at 22 gas each.
contract UpgradeFacet is IFacet, IDiamondCut, IDiamondLoupe, IERC165, IOwnership, IRouter {
    /// @dev ERC-165 id of ERC-173, which {IOwnership} extends.
    bytes4 private constant ERC173_ID = 0x7f5828d0;

    /// @inheritdoc IDiamondCut
    function diamondCut(FacetCut[] calldata cuts, address init, bytes calldata data) external {
        ownership().requireOwner();

        for (uint256 i; i < cuts.length; ++i) {
            _cut(cuts[i]);
        }
        emit DiamondCut(cuts, init, data);

        if (init != address(0)) _run(init, data);
    }

    /// @inheritdoc IOwnership
    function transferOwnership(address newOwner) external {
        ownership().requireOwner();

        ownership().invite(newOwner);
    }

    /// @inheritdoc IOwnership
    function acceptOwnership() external {
        ownership().accept();
    }

    /// @inheritdoc IOwnership
    function owner() external view returns (address) {
        return ownership().owner;
    }

    /// @inheritdoc IOwnership
    function pendingOwner() external view returns (address) {
        return ownership().pendingOwner;
    }

    /// @inheritdoc IDiamondLoupe
    function facets() external view returns (Facet[] memory all) {
        Router storage table = router();
        address[] memory list = table.facetList();
        all = new Facet[](list.length);
        for (uint256 i; i < list.length; ++i) {
            all[i] = Facet(list[i], table.selectorsOf(list[i]));
        }
    }

    /// @inheritdoc IDiamondLoupe
    function facetFunctionSelectors(address facet) external view returns (bytes4[] memory) {
        return router().selectorsOf(facet);
    }

    /// @inheritdoc IDiamondLoupe
    function facetAddresses() external view returns (address[] memory) {
        return router().facetList();
    }

    /// @inheritdoc IDiamondLoupe
    function facetAddress(bytes4 selector) external view returns (address) {
        return router().facetOf(selector);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IDiamondCut).interfaceId ||
            interfaceId == type(IDiamondLoupe).interfaceId ||
            interfaceId == ERC173_ID;
    }

    function _cut(FacetCut calldata change) private {
        Router storage table = router();
        address facet = change.facetAddress;
        require(change.functionSelectors.length > 0, NoSelectors(facet));
        if (change.action == FacetCutAction.Remove) {
            require(facet == address(0), FacetMustBeZero(facet));
        } else {
            require(facet != address(this), HubCannotBeFacet());
            require(facet.code.length > 0, FacetWithoutCode(facet));
        }

        for (uint256 i; i < change.functionSelectors.length; ++i) {
            bytes4 selector = change.functionSelectors[i];
            if (change.action == FacetCutAction.Add) table.add(facet, selector);
            else if (change.action == FacetCutAction.Replace) table.replace(facet, selector);
            else table.remove(selector);
        }
    }

    /// @dev Safe: the owner chooses this code and may change anything in the hub anyway.
    function _run(address init, bytes calldata data) private {
        require(init.code.length > 0, InitWithoutCode(init));
        if (LowLevelCall.delegatecallNoReturn(init, data)) return;
        require(LowLevelCall.returnDataSize() > 0, InitFailed(init));
        LowLevelCall.bubbleRevert();
    }

    /// @inheritdoc IFacet
    function exportSelectors() external pure returns (bytes memory) {
        return
            bytes.concat(
                IDiamondCut.diamondCut.selector,
                IDiamondLoupe.facets.selector,
                IDiamondLoupe.facetFunctionSelectors.selector,
                IDiamondLoupe.facetAddresses.selector,
                IDiamondLoupe.facetAddress.selector,
                IERC165.supportsInterface.selector,
                IOwnership.owner.selector,
                IOwnership.pendingOwner.selector,
                IOwnership.transferOwnership.selector,
                IOwnership.acceptOwnership.selector
            );
    }
}
