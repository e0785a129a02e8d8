// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {IRegistry} from "../interfaces/IRegistry.sol";
import {IRegistryEntry} from "../interfaces/IRegistryEntry.sol";
import {AssetEnumeration} from "./AssetEnumeration.sol";

/// @title Registry
/// @dev The common part of the three registries. An asset is a clone with its packed fields behind the proxy code, so
/// that it needs no storage; its address follows from the owner, the fields and the registry. Calls {IRegistry}, the
/// previous registry, and through {LowLevelCall} its assets, with staticcall: they can change nothing. {Clones} runs
/// the init code of a proxy, always the same, which calls nobody.
abstract contract Registry is IRegistry, AssetEnumeration, Ownable2Step {
    /// @dev The rest of the 24,576 bytes of EIP-170 after the 45 bytes of the proxy code.
    uint256 private constant MAX_ASSET_SIZE = 0x6000 - 0x2d;

    /// @dev Many clients refuse longer addresses, and every `tokenURI` reads all of it.
    uint256 private constant MAX_BASE_URI_LENGTH = 1_024;

    address private immutable IMPLEMENTATION;

    bool private _initialized;
    IRegistry private _previousRegistry;
    string private _tokenBaseURI;

    constructor(
        address implementation,
        string memory name_,
        string memory symbol_,
        address initialOwner
    ) ERC721(name_, symbol_) Ownable(initialOwner) {
        IMPLEMENTATION = implementation;
    }

    /// @inheritdoc IRegistry
    function initialize(address _previous) external onlyOwner {
        require(!_initialized, AlreadyInitialized(address(_previousRegistry)));

        _initialized = true;
        _previousRegistry = IRegistry(_previous);
        emit PreviousRegistrySet(_previous);

        // The call follows the assignment, so that a cycle of registries fails here and not at every later lookup.
        if (_previous != address(0)) {
            (bool answered, ) = _tryCall(_previous, abi.encodeCall(IRegistry.isRegistered, (address(this))));
            require(answered, NotARegistry(_previous));
        }
    }

    /// @inheritdoc IRegistry
    function setBaseURI(string calldata baseUri) external onlyOwner {
        uint256 length = bytes(baseUri).length;
        require(length <= MAX_BASE_URI_LENGTH, BaseURITooLong(length, MAX_BASE_URI_LENGTH));

        _tokenBaseURI = baseUri;
        emit BaseURIChanged(baseUri);
    }

    /// @inheritdoc IRegistry
    function initialized() external view returns (bool) {
        return _initialized;
    }

    /// @inheritdoc IRegistry
    function previous() external view returns (IRegistry) {
        return _previousRegistry;
    }

    /// @inheritdoc IRegistry
    function baseURI() external view returns (string memory) {
        return _tokenBaseURI;
    }

    /// @inheritdoc IRegistry
    function isRegistered(address _entry) external view returns (bool) {
        return _ownerOf(_tokenIdOf(_entry)) != address(0) || _isInherited(_entry);
    }

    /// @inheritdoc IRegistry
    function ownerOfAsset(address asset) external view returns (address owner) {
        owner = _ownerOf(_tokenIdOf(asset));
        if (owner == address(0)) {
            owner = _inheritedOwnerOf(asset);
        }
    }

    /// @dev Creates the asset with these packed fields for `owner`. `_mint` refuses zero.
    function _create(address owner, bytes memory fields) internal returns (address asset) {
        // This is checked first, because CREATE2 consumes nearly all gas where code exists already.
        asset = _predict(owner, fields);
        require(asset.code.length == 0, AssetAlreadyExists(asset));

        Clones.cloneDeterministicWithImmutableArgs(IMPLEMENTATION, fields, _saltOf(owner));
        _mint(owner, _tokenIdOf(asset));
    }

    function _predict(address owner, bytes memory fields) internal view returns (address) {
        require(fields.length <= MAX_ASSET_SIZE, AssetTooLarge(fields.length, MAX_ASSET_SIZE));

        return Clones.predictDeterministicAddressWithImmutableArgs(IMPLEMENTATION, fields, _saltOf(owner));
    }

    function _isInherited(address asset) internal view returns (bool) {
        return address(_previousRegistry) != address(0) && _previousRegistry.isRegistered(asset);
    }

    /// @dev Returns the owner of an asset of a previous registry, by its own answer; zero if it is not such an asset,
    /// or does not answer with an address.
    function _inheritedOwnerOf(address asset) internal view returns (address) {
        if (!_isInherited(asset)) return address(0);

        (bool answered, uint256 word) = _tryCall(asset, abi.encodeCall(IRegistryEntry.owner, ()));
        return answered && word <= type(uint160).max ? address(uint160(word)) : address(0);
    }

    /// @dev Calls `target` for one word and never reverts. `answered` is false after a revert, or for less than a word.
    function _tryCall(address target, bytes memory question) internal view returns (bool answered, uint256 word) {
        (bool success, bytes32 result, ) = LowLevelCall.staticcallReturn64Bytes(target, question);

        answered = success && LowLevelCall.returnDataSize() >= 32;
        word = answered ? uint256(result) : 0;
    }

    /// @inheritdoc ERC721
    function _baseURI() internal view override returns (string memory) {
        return _tokenBaseURI;
    }

    /// @dev Returns the owner is not among the fields of an asset, since it may change, but it is part of the address.
    function _saltOf(address owner) private pure returns (bytes32) {
        return bytes32(uint256(uint160(owner)));
    }
}
