// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {AssetList} from "./AssetList.sol";

/// @dev The owner of an asset, its index in the list of that owner, and its terms, in one slot: 20 + 6 + 6.
struct Holding {
    address owner;
    uint48 index;
    /// @dev Zero at first; its meaning is up to the registry. Reading the owner also loads the terms.
    uint48 terms;
}

/// @title AssetEnumeration
/// @dev An enumerable ERC-721 for tokens that are addresses, are minted once and are never burned. It stores owners and
/// balances itself instead of in OpenZeppelin's `_owners` and `_balances`, which stay empty, and needs three new slots
/// for a mint where OpenZeppelin's ERC721Enumerable needs five, because
/// - nothing leaves the global order, so no token needs to know its place in it;
/// - a token's place in its owner's list sits beside its owner;
/// - a balance is the length of a list, and a list keeps its length in its first element.
abstract contract AssetEnumeration is ERC721, IERC721Enumerable {
    mapping(uint256 tokenId => Holding holding) private _holdings;
    mapping(address owner => AssetList assets) private _assetsOf;
    AssetList private _allAssets;

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC721Enumerable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IERC721
    function balanceOf(address owner) public view override(ERC721, IERC721) returns (uint256) {
        require(owner != address(0), ERC721InvalidOwner(address(0)));

        return _assetsOf[owner].length();
    }

    /// @inheritdoc IERC721Enumerable
    function totalSupply() public view returns (uint256) {
        return _allAssets.length();
    }

    /// @inheritdoc IERC721Enumerable
    function tokenByIndex(uint256 index) public view returns (uint256) {
        require(index < totalSupply(), ERC721Enumerable.ERC721OutOfBoundsIndex(address(0), index));

        return _tokenIdOf(_allAssets.assetAt(index));
    }

    /// @inheritdoc IERC721Enumerable
    function tokenOfOwnerByIndex(address owner, uint256 index) public view returns (uint256) {
        require(index < balanceOf(owner), ERC721Enumerable.ERC721OutOfBoundsIndex(owner, index));

        return _tokenIdOf(_assetsOf[owner].assetAt(index));
    }

    /// @dev Moves a token, or mints it. Replaces OpenZeppelin's function and does its work as well: it checks `auth`
    /// unless that is zero, clears the approval and emits {Transfer}. `to` is never zero, since tokens are never
    /// burned.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        address asset = address(uint160(tokenId));
        Holding storage holding = _holdings[tokenId];
        from = holding.owner;
        if (auth != address(0)) {
            _checkAuthorized(from, auth, tokenId);
        }

        if (from == address(0)) {
            _allAssets.push(asset);
        } else {
            uint48 index = holding.index;
            address moved = _assetsOf[from].swapAndPop(index);
            _holdings[_tokenIdOf(moved)].index = index;
            _approve(address(0), tokenId, address(0), false);
        }
        // The terms stay with the asset.
        (holding.owner, holding.index) = (to, _assetsOf[to].push(asset));
        emit Transfer(from, to, tokenId);
    }

    /// @inheritdoc ERC721
    function _ownerOf(uint256 tokenId) internal view override returns (address) {
        return _holdings[tokenId].owner;
    }

    /// @dev Returns the owner of a token, or zero, and its terms.
    function _ownerAndTermsOf(uint256 tokenId) internal view returns (address owner, uint48 terms) {
        Holding storage holding = _holdings[tokenId];
        return (holding.owner, holding.terms);
    }

    /// @dev Sets the terms of a token, which must exist, since minting does not change them.
    function _setTerms(uint256 tokenId, uint48 terms) internal {
        _holdings[tokenId].terms = terms;
    }

    /// @dev Returns the token id of an asset: its address as a number.
    function _tokenIdOf(address asset) internal pure returns (uint256) {
        return uint256(uint160(asset));
    }
}
