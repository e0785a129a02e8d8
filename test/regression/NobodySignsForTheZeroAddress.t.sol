// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMatching} from "../../contracts/interfaces/IMatching.sol";
import {OrderKind} from "../../contracts/types/Orders.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (d). A malformed signature recovers the zero address; on the deployed peer it is therefore valid for it.
contract NobodySignsForTheZeroAddress_Test is Work {
    function testFuzz_AMalformedSignatureIsNotOfTheZeroAddress(bytes32 hash, bytes calldata junk) external view {
        assertFalse(poco.verifySignature(address(0), hash, new bytes(65)), "65 zeros");
        assertFalse(poco.verifySignature(address(0), hash, new bytes(64)), "64 zeros");
        assertFalse(poco.verifySignature(address(0), hash, junk), "junk");
        assertFalse(poco.verifyPresignatureOrSignature(address(0), hash, new bytes(65)), "or presigned");
        assertFalse(poco.verifyPresignature(address(0), hash), "presigned");
    }

    function test_NobodyRequestsForTheZeroAddress() external {
        _withoutPrices();
        requestOrder.requester = address(0);
        _signOrders();
        requestOrder.sign = new bytes(65);
        bytes32 orderHash = signer.hashRequest(requestOrder);

        vm.expectRevert(abi.encodeWithSelector(IMatching.NotSigned.selector, OrderKind.REQUEST, orderHash, address(0)));
        poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }
}
