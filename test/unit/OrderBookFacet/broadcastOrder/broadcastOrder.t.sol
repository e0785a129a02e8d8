// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";

contract BroadcastOrder_Unit_Test is Market {
    function testFuzz_WhenAnAppOrderIsBroadcast(address caller, uint256 price, bytes calldata sign) external {
        appOrder.appprice = price;
        appOrder.sign = sign;

        // It should emit {BroadcastAppOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.BroadcastAppOrder(appOrder);
        vm.prank(caller);
        poco.broadcastAppOrder(appOrder);
    }

    function testFuzz_WhenADatasetOrderIsBroadcast(address caller, uint256 price, bytes calldata sign) external {
        datasetOrder.datasetprice = price;
        datasetOrder.sign = sign;

        // It should emit {BroadcastDatasetOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.BroadcastDatasetOrder(datasetOrder);
        vm.prank(caller);
        poco.broadcastDatasetOrder(datasetOrder);
    }

    function testFuzz_WhenAWorkerpoolOrderIsBroadcast(address caller, uint256 price, bytes calldata sign) external {
        workerpoolOrder.workerpoolprice = price;
        workerpoolOrder.sign = sign;

        // It should emit {BroadcastWorkerpoolOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.BroadcastWorkerpoolOrder(workerpoolOrder);
        vm.prank(caller);
        poco.broadcastWorkerpoolOrder(workerpoolOrder);
    }

    function testFuzz_WhenARequestOrderIsBroadcast(
        address caller,
        string calldata params,
        bytes calldata sign
    ) external {
        requestOrder.params = params;
        requestOrder.sign = sign;

        // It should emit {BroadcastRequestOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.BroadcastRequestOrder(requestOrder);
        vm.prank(caller);
        poco.broadcastRequestOrder(requestOrder);
    }
}
