// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

/// @title IRegistry
/// @notice A collection of assets (apps, datasets or workerpools). Each asset is a contract, and an ERC-721 token whose
/// id is the address of the contract; the holder of the token owns the asset.
/// @dev Assets are never destroyed. The errors of ERC-721 operations are those of EIP-6093.
/// @custom:meaning-of ERC721InvalidOwner `owner` is the zero address, which owns nothing.
/// @custom:fix-of ERC721InvalidOwner Ask for the balance of an account other than zero.
/// @custom:meaning-of ERC721NonexistentToken This registry has no token `tokenId`.
/// @custom:fix-of ERC721NonexistentToken Check the token id: it is the asset's address, as a number, in its own
/// registry.
/// @custom:meaning-of ERC721IncorrectOwner The token `tokenId` belongs to `owner`, not to `sender`.
/// @custom:fix-of ERC721IncorrectOwner Transfer from `owner`, who holds the token now.
/// @custom:meaning-of ERC721InvalidSender The token exists already.
/// @custom:fix-of ERC721InvalidSender Use the existing asset: an asset is created once.
/// @custom:meaning-of ERC721InvalidReceiver `receiver` does not take ERC-721 tokens.
/// @custom:fix-of ERC721InvalidReceiver Name a receiver other than zero that, if it is a contract, accepts ERC-721
/// tokens.
/// @custom:meaning-of ERC721InsufficientApproval `operator` is neither the owner of the token `tokenId` nor
/// approved by it.
/// @custom:fix-of ERC721InsufficientApproval Send it from the token's owner, or have the owner approve `operator`.
/// @custom:meaning-of ERC721InvalidApprover `approver` is neither the owner of the token nor one of its operators.
/// @custom:fix-of ERC721InvalidApprover Approve from the token's owner or one of its operators.
/// @custom:meaning-of ERC721InvalidOperator `operator` is the zero address.
/// @custom:fix-of ERC721InvalidOperator Name an operator other than zero.
/// @custom:meaning-of ERC721OutOfBoundsIndex `owner` (or the registry, if `owner` is zero) has no token at `index`.
/// @custom:fix-of ERC721OutOfBoundsIndex Pass an index below `balanceOf(owner)`, or below `totalSupply()` if `owner` is
/// zero.
/// @custom:meaning-of OwnableUnauthorizedAccount `account` does not own the registry.
/// @custom:fix-of OwnableUnauthorizedAccount Send it from the registry's owner.
/// @custom:meaning-of OwnableInvalidOwner `owner` cannot own the registry.
/// @custom:fix-of OwnableInvalidOwner Name an owner other than zero.
/// @custom:meaning-of Create2EmptyBytecode There is no code to deploy.
/// @custom:fix-of Create2EmptyBytecode Report it: no call should lead here.
/// @custom:meaning-of CloneArgumentsTooLong The fields of the asset are too long.
/// @custom:fix-of CloneArgumentsTooLong Report it: the registry refuses long fields before.
/// @custom:meaning-of InsufficientBalance The registry has `balance`, and `needed` is more.
/// @custom:fix-of InsufficientBalance Report it: creating an asset costs no coins.
/// @custom:meaning-of FailedDeployment The asset could not be created.
/// @custom:fix-of FailedDeployment Send the transaction with a higher gas limit.
interface IRegistry is IERC721Metadata, IERC721Enumerable {
    /// @notice Emitted when the previous registry is set; zero for none.
    event PreviousRegistrySet(address indexed previous);

    /// @notice Emitted when the base URI changes.
    event BaseURIChanged(string baseUri);

    /// @notice The base URI has `length` bytes, and many clients refuse such long addresses.
    /// @custom:fix Pass at most `maxLength` bytes.
    error BaseURITooLong(uint256 length, uint256 maxLength);

    /// @notice An asset with the same owner and the same fields exists.
    /// @param asset The address of that asset.
    /// @custom:fix Use the asset at `asset`, or change one of its fields.
    error AssetAlreadyExists(address asset);

    /// @notice The fields of the asset are too long to be stored as contract code.
    /// @param size The packed size of the fields, in bytes.
    /// @param maxSize The largest size that fits, in bytes.
    /// @custom:fix Shorten the fields to at most `maxSize` bytes, for example by publishing a long text and passing its
    /// address.
    error AssetTooLarge(uint256 size, uint256 maxSize);

    /// @notice The registry has been initialized.
    /// @param previous The previous registry that was set; zero if none.
    /// @custom:fix Keep the previous registry: it is set once and never changes.
    error AlreadyInitialized(address previous);

    /// @notice The address cannot be the previous registry: it does not answer `isRegistered`, or its answer depends on
    /// this registry.
    /// @custom:fix Pass the address of a deployed registry that does not continue this one, or zero.
    error NotARegistry(address previous);

    /// @notice Sets the previous registry, whose assets count as registered here.
    /// @dev Only once, and only by the owner of the registry.
    /// @param _previous The previous registry; zero for none.
    function initialize(address _previous) external;

    /// @notice Sets the base URI, which `tokenURI` puts before the token id; at most 1,024 bytes.
    /// @dev Only by the owner of the registry.
    function setBaseURI(string calldata baseUri) external;

    /// @notice Returns whether {initialize} was called.
    function initialized() external view returns (bool);

    /// @notice Returns the previous registry; zero if none.
    function previous() external view returns (IRegistry);

    /// @notice Returns the base URI, which `tokenURI` puts before the token id in decimal.
    function baseURI() external view returns (string memory);

    /// @notice Returns whether the asset was created by this registry or by a previous one.
    function isRegistered(address _entry) external view returns (bool);

    /// @notice Returns the owner of the asset; zero if the asset is not registered.
    /// @dev Returns the owner of an asset of a previous registry is the answer of its own `owner()`; zero if that
    /// fails.
    function ownerOfAsset(address asset) external view returns (address owner);
}
