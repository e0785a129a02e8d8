// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {OrderBook} from "../../../contracts/core/OrderBook.sol";

contract OrderBook_Test is Test {
    OrderBook internal book;

    function prove(bytes32 orderHash, address signer, bytes calldata sign) external {
        book.prove(orderHash, signer, sign);
    }

    function isProven(bytes32 orderHash, address signer, bytes calldata sign) external view returns (bool) {
        return book.isProven(orderHash, signer, sign);
    }

    function testFuzz_ASignatureThatWasGoodIsRecognized(
        bytes32 orderHash,
        address signer,
        bytes calldata sign,
        uint256 used
    ) external {
        vm.assume(signer != address(0));
        book.setConsumed(orderHash, used);
        this.prove(orderHash, signer, sign);

        assertTrue(this.isProven(orderHash, signer, sign), "proven");
        assertEq(book.consumed(orderHash), used, "used");
        assertEq(book.presignerOf(orderHash), address(0), "presigner");
        assertFalse(book.isPresigned(orderHash, signer), "presigned");
    }

    function testFuzz_NothingElseIsRecognized(
        bytes32[2] calldata orderHashes,
        address[2] calldata signers,
        bytes[2] calldata signs
    ) external {
        vm.assume(signers[0] != address(0) && signers[0] != signers[1]);
        vm.assume(orderHashes[0] != orderHashes[1]);
        vm.assume(
            (bytes4(keccak256(signs[0])) | bytes4(uint32(1))) != (bytes4(keccak256(signs[1])) | bytes4(uint32(1)))
        );
        this.prove(orderHashes[0], signers[0], signs[0]);

        assertFalse(this.isProven(orderHashes[1], signers[0], signs[0]), "another order");
        assertFalse(this.isProven(orderHashes[0], signers[1], signs[0]), "another signer");
        assertFalse(this.isProven(orderHashes[0], signers[0], signs[1]), "other bytes");
    }

    function testFuzz_ThePresignerNeedsNoSignatureAndStays(
        bytes32 orderHash,
        address[2] calldata signers,
        bytes[2] calldata signs
    ) external {
        vm.assume(signers[0] != address(0) && signers[1] != signers[0]);
        this.prove(orderHash, signers[1], signs[0]);
        book.presign(orderHash, signers[0]);
        this.prove(orderHash, signers[1], signs[1]);

        assertTrue(this.isProven(orderHash, signers[0], signs[0]), "proven");
        assertFalse(this.isProven(orderHash, signers[1], signs[1]), "somebody else");
        assertEq(book.presignerOf(orderHash), signers[0], "presigner");
    }

    function testFuzz_ZeroProvesNothing(bytes32 orderHash, bytes calldata sign) external view {
        assertFalse(this.isProven(orderHash, address(0), sign));
    }

    function testFuzz_AnyVolumeCanBeUsed(bytes32 orderHash, uint256 used, bool boundary) external {
        used = boundary ? bound(used, uint256(type(uint64).max) - 1, uint256(type(uint64).max) + 1) : used;
        book.presign(orderHash, address(this));
        book.setConsumed(orderHash, used);

        assertEq(book.consumed(orderHash), used, "used");
        assertEq(book.presignerOf(orderHash), address(this), "presigner");
    }
}
