// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {AppOrderOperation, OrderOperation, RequestOrderOperation} from "../../../../contracts/types/Orders.sol";

contract VerifyPresignature_Unit_Test is Market {
    function testFuzz_GivenNobodyPresigned(address identity, bytes32 hash) external view {
        // It should be false for everybody.
        assertFalse(poco.verifyPresignature(identity, hash), "any");
        assertFalse(poco.verifyPresignature(address(0), hash), "zero");
        assertEq(poco.viewPresigned(hash), address(0), "presigner");
    }

    function testFuzz_GivenTheRequesterPresigned(address other) external {
        vm.assume(other != requester.addr);
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.SIGN, ""));
        bytes32 hash = signer.hashRequest(requestOrder);

        // It should be true for the requester.
        assertTrue(poco.verifyPresignature(requester.addr, hash), "requester");
        // It should be false for everybody else.
        assertFalse(poco.verifyPresignature(other, hash), "other");
    }

    function test_GivenTheAssetOfAPresignedOrderWasSold() external {
        vm.startPrank(appProvider.addr);
        poco.manageAppOrder(AppOrderOperation(appOrder, OrderOperation.SIGN, ""));
        appRegistry.transferFrom(appProvider.addr, sponsor.addr, uint256(uint160(app)));
        bytes32 hash = signer.hashApp(appOrder);

        // It should still be the one who presigned.
        assertTrue(poco.verifyPresignature(appProvider.addr, hash), "seller");
        assertFalse(poco.verifyPresignature(sponsor.addr, hash), "buyer");
    }
}
