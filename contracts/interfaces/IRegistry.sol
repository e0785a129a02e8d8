// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

/// @title IRegistry
/// @notice A collection of assets (apps, datasets or workerpools). Each asset is a contract and an ERC-721 token whose
/// id is the asset's address: whoever holds the token owns the asset.
/// @dev Assets are created and never destroyed. Refusals of ERC-721 operations are those of EIP-6093.
interface IRegistry is IERC721Metadata, IERC721Enumerable {
    /// @notice The asset was created before: same owner, same fields.
    /// @param asset Where it lives.
    error AssetAlreadyExists(address asset);

    /// @notice The fields of the asset are too long to be kept as contract code.
    /// @param size The packed size of its fields, in bytes.
    /// @param maxSize The largest size that fits, in bytes.
    error AssetTooLarge(uint256 size, uint256 maxSize);

    /// @notice The registry was initialized before.
    /// @param previous The previous registry it was given then; zero if none.
    error AlreadyInitialized(address previous);

    /// @notice The address cannot serve as a previous registry: it does not answer `isRegistered`, or would ask this
    /// registry in turn.
    error NotARegistry(address previous);

    /// @notice Says which registry this one continues: the assets registered there count as registered here.
    /// @dev Once, and by the registry's owner only.
    /// @param _previous The registry to inherit from; zero for none.
    function initialize(address _previous) external;

    /// @notice Sets what `tokenURI` puts before the token id.
    /// @dev By the registry's owner only.
    function setBaseURI(string calldata baseUri) external;

    /// @notice Whether {initialize} was called.
    function initialized() external view returns (bool);

    /// @notice The registry that this one continues; zero if none.
    function previous() external view returns (IRegistry);

    /// @notice What `tokenURI` puts before the token id, in decimal.
    function baseURI() external view returns (string memory);

    /// @notice Whether an asset was created by this registry, or by one that it continues.
    function isRegistered(address _entry) external view returns (bool);

    /// @notice Who owns an asset; zero when the asset is not registered.
    /// @dev An inherited asset answers for itself through its own `owner()`; if it fails to, nobody owns it.
    function ownerOfAsset(address asset) external view returns (address owner);
}
